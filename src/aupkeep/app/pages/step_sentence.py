"""The next step of a case as the pages and the command line say it."""

from dataclasses import replace

from aupkeep.app.deciding.next_step import StepOf, step_words
from aupkeep.app.pages.in_language import words_in
from aupkeep.app.pages.labels import title_of
from aupkeep.notify.measurements import Language


def step_sentence(step: StepOf, language: Language) -> str:
    """The step with what its measure is called, and how its grants fall short."""
    title = title_of(step.measure, language) if step.measure else ""
    return step_words(replace(step, why=words_in(step.why, language)), language, title)
