from __future__ import annotations

from growth import linear
from hypothesis import given
from hypothesis import strategies as st

from ingest.lines import logical_lines, physical_lines, wrap_width
from text.normalize import fold

PARAGRAPHS = [
    "为了加强城市管理，改善人居环境，根据国家有关法律法规规定，结合本市实际情况，制定本办法，请认真执行。"
    * 2,
    "一、总体要求",
    "（一）坚持依法管理。各部门应当依照本办法第三条的规定履行职责，" * 3 + "按期完成。",
    "违反本办法的，由有关部门依照"
    + "某某法律法规的规定和本办法"
    + "第十条规定处理，情节严重的依法追究责任并公布。" * 2,
]


def _wrapped(width: int) -> str:
    indented = ["　　" + text for text in PARAGRAPHS * 4]
    return "\n".join(p[i : i + width] for p in indented for i in range(0, len(p), width))


def test_hand_wrapped_lines_are_joined() -> None:
    for width in (28, 30, 36):
        lines = physical_lines(_wrapped(width))
        assert wrap_width(lines) is not None
        joined = [line.text for line in logical_lines(lines)]
        assert joined == [fold(text) for text in PARAGRAPHS * 4]


def test_paragraphs_that_are_whole_stay_apart() -> None:
    lines = physical_lines("\n".join(PARAGRAPHS * 4))
    assert wrap_width(lines) is None
    assert len(logical_lines(lines)) == len(PARAGRAPHS) * 4


def test_a_paragraph_broken_amid_a_sentence_goes_on() -> None:
    first = "推动金融租赁公司规范发展。" * 7 + "为科技创新提供专"
    lines = logical_lines(physical_lines(f"（一）甲。{first}\n业化的金融服务。\n（二）乙。"))
    assert lines[0].text.endswith("业化的金融服务。")
    assert len(lines) == 2


def test_blank_lines_and_cells_are_counted() -> None:
    lines = physical_lines("甲\r\n\r\n乙\r\n \r\n　\r\n丙")
    assert [(line.text, line.gap > 0, line.blank_cells) for line in lines] == [
        ("甲", False, 0), ("乙", True, 0), ("丙", True, 2),
    ]  # fmt: skip


@given(
    st.text(max_size=200) | st.text(st.sampled_from("甲。\n\r　 一、（二）1.①第条"), max_size=200)
)
def test_lines_tile_the_text_in_order(text: str) -> None:
    physical = physical_lines(text)
    for lines in (physical, logical_lines(physical)):
        at = 0
        for line in lines:
            assert line.span.start >= at and line.text == line.text.strip() != ""
            at = line.span.end
    kept = "".join(line.text for line in physical)
    assert "".join(kept.split()) == "".join(fold(text).split())
    joined = "".join(line.text for line in logical_lines(physical))
    assert "".join(joined.split()) == "".join(kept.split())


def test_joining_many_lines_is_linear() -> None:
    line = "质量发展工作取得明显成效并且持续推进不断深化改革\n"
    linear(lambda n: logical_lines(physical_lines(line * n)), 8_000)
