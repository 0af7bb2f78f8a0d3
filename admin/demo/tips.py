"""What the demo's informants said. Villages and firms are invented; townships are the county's own."""

from dataclasses import dataclass

from casework.terms import Category, Channel, Disguise, IdentityKind, Ongoing, SubjectKind


@dataclass(frozen=True)
class Told:
    """One tip: `days` and `hour` say how long ago it came, `photos` how many drawn pictures it brings."""

    key: str
    days: int
    hour: int
    category: Category
    township: str
    village: str
    narrative: str
    place: str = ""
    point: tuple[float, float] | None = None
    mineral: str | None = None
    land_class: str | None = None
    subject: str = ""
    subject_kind: SubjectKind = SubjectKind.UNKNOWN
    ongoing: Ongoing = Ongoing.UNKNOWN
    channel: Channel = Channel.WEB
    identity: IdentityKind = IdentityKind.ANONYMOUS
    wants_reward: bool = True
    involves_official: bool = False
    disguise: Disguise | None = None
    photos: int = 0


C, O, K = Category, Ongoing, SubjectKind

TIPS = (
    Told("night_stone", 24, 20, C.UNLICENSED, "141122103", "青石沟村",
         "从上个月起，每天天黑以后有两台挖机在沟里挖石头，用四五辆大车往外拉，天亮前就走。",
         "村口小桥往北，沟里第二个岔口", (111.712, 37.690), "stone", None, "晨鹿石料厂", K.COMPANY, O.YES, photos=3),
    Told("night_stone_again", 15, 9, C.UNLICENSED, "141122103", "青石沟村",
         "沟里夜里有挖机响，大车来回跑，坡上挖了一个大口子。", "北沟", (111.714, 37.693), "stone",
         ongoing=O.YES, photos=1),
    Told("soil_field", 21, 11, C.LAND, "141122106", "柳叶坪村",
         "有人在好地里取土，坑有两亩多，表土都拉走了。", "村东机井旁边", (112.152, 37.561), "clay", "cultivated",
         "一个姓名不清楚的人", K.PERSON, O.NO, photos=2),
    Told("old_shaft", 19, 22, C.REOPENED_PIT, "141122202", "云窝村",
         "废井口的封墙被拆开，夜里有灯，有人往外背煤。", "旧矿广场后坡", (111.598, 37.742), "coal",
         ongoing=O.YES, channel=Channel.PHONE),
    Told("levelling", 17, 15, C.DISGUISED, "141122104", "枣花湾村",
         "说是平整土地，其实在往外卖砂石，每天十几车。", "湾里河滩边", (111.905, 37.655), "sand", None,
         "半亩塘生态修复工程部", K.COMPANY, O.YES, disguise=Disguise.LAND_CONSOLIDATION, photos=2),
    Told("beyond", 14, 10, C.BEYOND_BOUNDARY, "141122101", "石榴坡村",
         "采场越过了界桩四十来米，界桩也被移过。", "采场西侧台阶", (112.071, 37.571), "stone", None,
         "远岫建材有限公司", K.COMPANY, O.YES, identity=IdentityKind.NAMED),
    Told("river_sand", 12, 23, C.UNLICENSED, "141122100", "白鹭滩村",
         "河边半夜抽砂，船上没有号。", "下滩", (112.168, 37.532), "sand", ongoing=O.YES, photos=1),
    Told("forest_road", 10, 8, C.LAND, "141122105", "松涛岭村",
         "林地里推出一条新路，树倒了一片，有七八百米。", "岭上护林房往西", (111.472, 37.865), None, "forest",
         "松涛岭村筑路队", K.COMPANY, O.NO, photos=2),
    Told("clay", 9, 16, C.OTHER, "141122102", "雁栖塬村",
         "拉土车压坏了水渠，土不知从哪里来的。", "塬下水渠", None, "clay", channel=Channel.LETTER, wants_reward=False),
    Told("shed", 7, 14, C.LAND, "141122106", "苍耳坳村",
         "占耕地盖彩钢棚，有一千平方米左右。", "坳口公路边", (112.103, 37.601), None, "cultivated",
         "一个外地老板", K.PERSON, O.YES),
    Told("official", 6, 19, C.UNLICENSED, "141122103", "青石沟村",
         "有个管事的公职人员入了石料厂的股，查之前就有人报信。", "", None, "stone", involves_official=True),
    Told("blasting", 2, 7, C.UNLICENSED, "141122104", "枣花湾村",
         "半山腰白天放炮，震得窗户响，没见有什么牌子。", "后山半腰", (111.911, 37.662), "stone", ongoing=O.YES, photos=1),
    Told("pond", 2, 17, C.OTHER, "141122102", "雁栖塬村",
         "有人在塬边挖鱼塘，挖出来的土都卖了。", "塬边", (112.110, 37.521), "clay", ongoing=O.UNKNOWN),
    Told("quarrel", 1, 9, C.LAND, "141122100", "白鹭滩村",
         "邻居占了我家宅基地两尺，多年不还。", "村中", None, channel=Channel.WALK_IN, wants_reward=False),
    Told("sand_again", 1, 21, C.UNLICENSED, "141122100", "白鹭滩村",
         "昨晚又来抽砂，两条船，天亮前走的。", "下滩渡口", (112.167, 37.533), "sand", ongoing=O.YES, photos=2),
    Told("dust", 0, 8, C.DISGUISED, "141122101", "石榴坡村",
         "说是治理滑坡，其实天天往外拉石头。", "坡脚", (112.069, 37.573), "stone", ongoing=O.YES,
         disguise=Disguise.HAZARD_CONTROL),
)
