"""How does matplotlib's SVG become one that a strict page may hold and a reader can hear?"""

from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
_HREF = "{http://www.w3.org/1999/xlink}href"
# Written once on the root by matplotlib's style sheet, which a strict page would drop.
_ROOT = {"stroke-linejoin": "round", "stroke-linecap": "butt"}


def tidy(raw: bytes, *, prefix: str, title: str, text: str) -> str:
    """The drawing without head, metadata and styles, with own ids, title and description.

    raw : what `savefig` wrote. prefix : put before every id. Returns one <svg> element.
    """
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(raw)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.endswith("}metadata") or child.tag.endswith("}style"):
                parent.remove(child)
    for element in root.iter():
        _plain_attributes(element, prefix)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{{{SVG}}}defs" and len(child) == 0:
                parent.remove(child)
    _name(root, prefix, title, text)
    root.attrib.update(_ROOT)
    return ElementTree.tostring(root, encoding="unicode")


def _plain_attributes(element: ElementTree.Element, prefix: str) -> None:
    """`style` becomes attributes; ids and the references to them get the prefix."""
    for declaration in element.attrib.pop("style", "").split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name:
            element.set(name, value)
    if "id" in element.attrib:
        element.set("id", f"{prefix}-{element.attrib['id']}")
    if _HREF in element.attrib:
        element.set("href", f"#{prefix}-{element.attrib.pop(_HREF).removeprefix('#')}")


def _name(root: ElementTree.Element, prefix: str, title: str, text: str) -> None:
    """Title and description first, so that a screen reader speaks them."""
    for position, (tag, content) in enumerate((("title", title), ("desc", text))):
        element = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": f"{prefix}-{tag}"})
        element.text = content
        root.insert(position, element)
    root.set("role", "img")
    root.set("aria-labelledby", f"{prefix}-title")
    root.set("aria-describedby", f"{prefix}-desc")
    root.attrib.pop("version", None)
