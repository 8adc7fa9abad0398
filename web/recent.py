"""The last answers given, so that taking one away does not ask again; of nobody in particular."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import date

from youju.records import Answer, Filters
from youju.service import PolicySearch

_KEPT = 64

_Key = tuple[str, Filters | None, date]


class Recent:
    """Answers by question and filters, for as long as the index and the day are the same."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, tuple[PolicySearch, Answer]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, search: PolicySearch, within: Filters | None, answer: Answer) -> None:
        """Remember an answer that has just been given."""
        with self._lock:
            self._kept[answer.question, within, date.today()] = (search, answer)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)

    def answer(self, search: PolicySearch, question: str, within: Filters | None) -> Answer:
        """The same answer, or the one that is given now. Raises QuestionError, InputError."""
        with self._lock:
            of, known = self._kept.get((question, within, date.today()), (None, None))
        if known is not None and of is search:
            return known
        return search.ask(question, filters=within)
