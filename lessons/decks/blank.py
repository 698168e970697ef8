"""The deck's own master with one empty layout, its theme, and the master of the notes: fixed XML."""

from __future__ import annotations

from resources.processing.extract.ooxml import A, P, R

XMLNS = f'xmlns:a="{A[1:-1]}" xmlns:r="{R[1:-1]}" xmlns:p="{P[1:-1]}"'
GROUP = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)
COLOURS = (
    '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" '
    'accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'
)
_FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
_LINE = f'<a:ln w="9525" cap="flat" cmpd="sng" algn="ctr">{_FILL}<a:prstDash val="solid"/></a:ln>'
_EFFECT = "<a:effectStyle><a:effectLst/></a:effectStyle>"
_SCHEME = {
    "dk1": "1C1B19",
    "lt1": "FFFFFF",
    "dk2": "14594F",
    "lt2": "F4F1EA",
    "accent1": "14594F",
    "accent2": "C0504D",
    "accent3": "9BBB59",
    "accent4": "8064A2",
    "accent5": "4BACC6",
    "accent6": "F79646",
    "hlink": "14594F",
    "folHlink": "5B5750",
}
_FONT = '<a:latin typeface="Arial"/><a:ea typeface="微软雅黑"/><a:cs typeface=""/>'


def theme(name: str) -> str:
    colours = "".join(f'<a:{key}><a:srgbClr val="{value}"/></a:{key}>' for key, value in _SCHEME.items())
    return (
        f'<a:theme xmlns:a="{A[1:-1]}" name="{name}"><a:themeElements><a:clrScheme name="{name}">{colours}</a:clrScheme>'
        f'<a:fontScheme name="{name}"><a:majorFont>{_FONT}</a:majorFont><a:minorFont>{_FONT}</a:minorFont></a:fontScheme>'
        f'<a:fmtScheme name="{name}"><a:fillStyleLst>{_FILL * 3}</a:fillStyleLst><a:lnStyleLst>{_LINE * 3}</a:lnStyleLst>'
        f"<a:effectStyleLst>{_EFFECT * 3}</a:effectStyleLst><a:bgFillStyleLst>{_FILL * 3}</a:bgFillStyleLst>"
        "</a:fmtScheme></a:themeElements><a:objectDefaults/><a:extraClrSchemeLst/></a:theme>"
    )


def levels(*, size: int) -> str:
    """Nine levels of plain text."""
    run = (
        f'<a:defRPr sz="{size}" kern="1200"><a:solidFill><a:schemeClr val="tx1"/></a:solidFill>'
        '<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/></a:defRPr>'
    )
    return "".join(
        f'<a:lvl{level}pPr marL="{457200 * (level - 1)}" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" '
        f'latinLnBrk="0" hangingPunct="1">{run}</a:lvl{level}pPr>'
        for level in range(1, 10)
    )


def master(layout_id: int) -> str:
    text = levels(size=1800)
    return (
        f'<p:sldMaster {XMLNS}><p:cSld><p:bg><p:bgRef idx="1001"><a:schemeClr val="bg1"/></p:bgRef></p:bg>'
        f"<p:spTree>{GROUP}</p:spTree></p:cSld>{COLOURS}"
        f'<p:sldLayoutIdLst><p:sldLayoutId id="{layout_id}" r:id="rId1"/></p:sldLayoutIdLst><p:txStyles>'
        f"<p:titleStyle>{text}</p:titleStyle><p:bodyStyle>{text}</p:bodyStyle><p:otherStyle>{text}</p:otherStyle>"
        "</p:txStyles></p:sldMaster>"
    )


LAYOUT = (
    f'<p:sldLayout {XMLNS} type="blank" preserve="1"><p:cSld name="空白"><p:spTree>{GROUP}</p:spTree></p:cSld>'
    "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
)


def _notes_shape(number: int, kind: str, box: tuple[int, int, int, int]) -> str:
    x, y, width, height = box
    lock = ' noRot="1" noChangeAspect="1"' if kind == "sldImg" else ""
    text = "" if kind == "sldImg" else "<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr/></a:p></p:txBody>"
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{kind} {number}"/><p:cNvSpPr><a:spLocks noGrp="1"{lock}/>'
        f'</p:cNvSpPr><p:nvPr><p:ph type="{kind}" idx="{number}"/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm>'
        f'<a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        f"</a:prstGeom></p:spPr>{text}</p:sp>"
    )


NOTES_MASTER = (
    f'<p:notesMaster {XMLNS}><p:cSld><p:bg><p:bgRef idx="1001"><a:schemeClr val="bg1"/></p:bgRef></p:bg><p:spTree>{GROUP}'
    + _notes_shape(2, "sldImg", (685800, 1143000, 5486400, 3086100))
    + _notes_shape(3, "body", (685800, 4400550, 5486400, 3600450)).replace('idx="3"', 'sz="quarter" idx="1"')
    + f"</p:spTree></p:cSld>{COLOURS}<p:notesStyle>{levels(size=1200)}</p:notesStyle></p:notesMaster>"
)
