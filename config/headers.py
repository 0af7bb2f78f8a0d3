"""The headers that every answer wears, errors included: one table for both surfaces."""

_NONE = ("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "gyroscope",
         "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get",
         "screen-wake-lock", "usb", "xr-spatial-tracking")  # fmt: skip


def content_policy(*, pictures_from_page: bool = False) -> str:
    """`pictures_from_page` lets a page show previews that the browser itself made (blob:)."""
    pictures = "img-src 'self' blob:" if pictures_from_page else "img-src 'self'"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            pictures,
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


def permissions_policy(*, geolocation: bool = False) -> str:
    closed = ", ".join(f"{feature}=()" for feature in _NONE)
    return f"geolocation={'(self)' if geolocation else '()'}, {closed}"


def every_answer(*, https: bool) -> dict[str, str]:
    """Headers that do not depend on the page. Content-Security-Policy and Permissions-Policy do."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
    }
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


NO_STORE = "no-store, max-age=0"
