"""A small library of which one document is for some readers only.

Words that stand nowhere else mark it: in its text and title, in its file's name, in its
collection's name.
"""

from __future__ import annotations

from pathlib import Path

from youju import access, membership
from youju.config import load
from youju.service import PolicySearch
from youju.settings import Settings

MARKS = ("玄铁", "密档", "机要专册", "云密")
WORD, FILE, COLLECTION, NUMBER = MARKS
SECRET = f"文件/{FILE}.txt"
FOLDER_SECRET = "文件/内部/名册.txt"
OPEN = "文件/停车.txt"
COPY = "文件/旧停车.txt"
TITLE = f"云山市{WORD}干部停车管理办法"

DOCUMENTS = {
    OPEN: """云山市停车管理办法
云政发〔2015〕3号
（2015年3月1日云山市人民政府发布）
第一条 为了加强停车管理，制定本办法。
第二条 停车场每小时收费五元，由市交通局负责收取。
第三条 到2017年，全市停车泊位达到5000个。
第四条 本办法自2015年4月1日起施行。
""",
    COPY: """碧水市停车设施建设行动计划（2016—2019年）
碧政发〔2016〕8号
一、总体目标
到2019年，全市停车泊位覆盖率达到95%，收费投诉率低于4%。
二、重点任务
（一）规范收费。依照《云山市停车管理办法》第二条的规定收费。（市公安局负责）
碧水市人民政府
2016年3月6日
""",
    "文件/用水.txt": """云山市节约用水办法
云政发〔2014〕9号
（2014年3月1日云山市人民政府发布）
第一条 单位用水实行定额管理，由市水务局负责。
第二条 到2017年，全市节水器具达到3000套。
第三条 本办法自2014年4月1日起施行。
""",
    # It ends an open document, takes its place as a version, refers to it and sets targets.
    SECRET: f"""{TITLE}
{NUMBER}发〔2018〕77号
（2018年3月1日云山市人民政府发布）
第一条 {WORD}干部停车泊位由{WORD}处负责分配，每小时收费九元。
第二条 到2019年，{WORD}停车泊位达到7788个。
第三条 依照《云山市停车管理办法》第二条的规定缴费。
第四条 本办法自2018年4月1日起施行，《云山市停车管理办法》（云政发〔2015〕3号）同时废止。
""",
    FOLDER_SECRET: f"""青田市{WORD}停车行动计划（2018—2020年）
青政发〔2018〕6号
一、总体目标
到2020年，{WORD}停车泊位覆盖率达到98%，名册完整率达到99%。
二、重点任务
（一）保管名册。{WORD}名册由市档案局负责保管。（市档案局负责）
青田市人民政府
2018年3月6日
""",
}
# What is asked for: of the open documents and of the secret ones, never with a mark.
QUESTIONS = (
    "停车场每小时收费多少？", "停车泊位覆盖率要达到多少？", "干部停车泊位由谁负责分配？",
    "云山市停车管理办法现在还有效吗？", "哪些文件已经废止？", "77号文件是什么？",
    "各市的停车泊位覆盖率要达到多少？", "名册由谁保管？", "2019年停车泊位覆盖率要达到多少？",
    "云山市停车管理办法有哪些改动？", "青田市的名册完整率要达到多少？",
)  # fmt: skip
CONFIG = f"""
[groups]
hr = ["zhang"]

[collections."{COLLECTION}"]
readers = ["group:hr", "key:报送"]
folders = ["文件/内部"]
"""


def write(root: Path, leaving_out: tuple[str, ...] = ()) -> Path:
    """The documents as files; the folder."""
    for path, text in DOCUMENTS.items():
        if path not in leaving_out:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, "utf-8")
    return root / "文件"


def config(folder: Path, text: str = CONFIG) -> Path:
    """A configuration file."""
    path = folder / "youju.toml"
    path.write_text(text, "utf-8")
    return path


def library(root: Path, text: str = CONFIG) -> Settings:
    """All documents indexed, the secret one put into its collection."""
    settings = Settings.from_env({}, load(str(config(root, text))), index=root / "index")
    PolicySearch.build([write(root)], settings.index, settings)
    membership.add(settings.index, COLLECTION, [SECRET])
    return settings


def closed(settings: Settings, who: str | None = None) -> frozenset[str]:
    """What somebody may not read."""
    assert isinstance(settings.access, access.Access)
    return settings.access.closed_to(who)
