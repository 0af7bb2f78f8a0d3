"""Words for what is found in photos and why one was not taken; the helper process knows their codes only."""

from casework.terms import N_, Term


class MetadataKind(Term):
    """What lay beside the picture in a file and was left out of the clean copy."""

    POSITION = "position", N_("位置")
    TAKEN_AT = "taken_at", N_("拍摄时间")
    DEVICE = "device", N_("手机或相机型号")
    SERIAL = "serial", N_("机身或镜头编号")
    OWNER = "owner", N_("机主或作者")
    SOFTWARE = "software", N_("所用软件")
    COMMENT = "comment", N_("文字说明")
    EMBEDDED_THUMBNAIL = "embedded_thumbnail", N_("藏着的小图")
    XMP = "xmp", N_("修图记录")
    IPTC = "iptc", N_("新闻图片说明")
    COLOUR_PROFILE = "colour_profile", N_("色彩特性文件")
    OTHER = "other", N_("别的附带信息")


class PhotoRefusal(Term):
    """Why no clean copy could be made. Without one a photo is never shown."""

    NOT_A_PHOTO = "not_a_photo", N_("不是能看的照片")
    TOO_LARGE = "too_large", N_("文件太大")
    TOO_MANY_PIXELS = "too_many_pixels", N_("尺寸太大")
    DAMAGED = "damaged", N_("文件损坏")
    TOOK_TOO_LONG = "took_too_long", N_("处理超时")
    TOO_MUCH_MEMORY = "too_much_memory", N_("处理时占用过多")
    UNSAFE_OUTPUT = "unsafe_output", N_("没有清除干净")
