"""Several documents in one file: strung together by a crawler, or a notice with what it issues."""

from __future__ import annotations

from qa_helpers import document

from youju.records import PolicyDoc

NOTICE = """云山市人民政府办公室关于印发两个规定的通知
云政办发〔2018〕12号
各区人民政府：
《转制为企业的规定》和《进一步支持企业发展的规定》已经市政府同意，现印发给你们，请认真执行。
云山市人民政府办公室
2018年12月18日
转制为企业
的规定
一、关于公司制
（一）依法登记为公司。
进一步支持企业发展的规定
一、关于财税
本规定自2019年1月1日起施行，有效期5年。
"""
STRUNG = """标题:云山市水务局关于印发《春灌行动方案》的通知
日期:2024-03-28 16:05:00
云水字〔2024〕48号各区水务局:现将《春灌行动方案》印发你们。云山市水务局2024年3月28日(此件主动公开)云山市水务局春灌行动方案为做好春灌,一、目标任务。灌溉十万亩。
标题:云山市水务局关于做好防汛工作的通知
日期:2024-05-11 16:47:00
云水函〔2024〕54号各区水务局:现将有关事项通知如下:一、加强值守。云山市水务局2024年5月11日(此件主动公开)
"""


def _told(doc: PolicyDoc) -> list[tuple[str, str | None, str | None]]:
    return [
        (
            part.meta.title.value if part.meta.title else "",
            part.meta.doc_number.value if part.meta.doc_number else None,
            part.meta.written_on.value if part.meta.written_on else None,
        )
        for part in doc.parts
    ]


def test_what_a_notice_names_and_annexes() -> None:
    doc = document(NOTICE)
    number, day = "云政办发〔2018〕12号", "2018-12-18"
    assert _told(doc) == [
        ("云山市人民政府办公室关于印发两个规定的通知", number, day),
        ("转制为企业的规定", number, day),
        ("进一步支持企业发展的规定", number, day),
    ]
    envelope, first, second = doc.parts
    assert first.meta.expires_on is None and second.meta.expires_on is not None
    assert second.meta.expires_on.value == "2023-12-31"
    spans = [part.span for part in doc.parts]
    assert [s.start for s in spans[1:]] == [s.end for s in spans[:-1]]
    assert (spans[0].start, spans[-1].end) == (0, len(doc.text))
    assert envelope.span.of(doc.text).endswith("2018年12月18日\n")


def test_notices_strung_together_keep_their_own_numbers() -> None:
    assert _told(document(STRUNG)) == [
        ("云山市水务局关于印发《春灌行动方案》的通知", "云水字〔2024〕48号", "2024-03-28"),
        ("云山市水务局春灌行动方案", "云水字〔2024〕48号", "2024-03-28"),
        ("云山市水务局关于做好防汛工作的通知", "云水函〔2024〕54号", "2024-05-11"),
    ]


def test_one_document_has_no_parts() -> None:
    assert document("云山市节水办法\n云政发〔2015〕15号\n第一条 甲乙丙。\n第二条 丁。").parts == ()
