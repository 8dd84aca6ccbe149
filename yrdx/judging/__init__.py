"""Judging: whether a delivery is right as a whole, against the past and against its neighbours."""

from yrdx.judging.expectations import begin_loading, judge_version
from yrdx.judging.judgement import Judged, judge_whole
from yrdx.judging.page import write_quality

__all__ = ["Judged", "begin_loading", "judge_version", "judge_whole", "write_quality"]
