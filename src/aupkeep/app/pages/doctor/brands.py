"""Brands whose logo cannot be shown."""

from aupkeep.app.context import AppContext
from aupkeep.app.pages.doctor.records import DoctorCheck
from aupkeep.config.logos import read_logo
from aupkeep.model.errors import Invalid


def brands_check(context: AppContext) -> tuple[DoctorCheck, ...]:
    """One check for all logos; none where no brand has one."""
    brands = context.settings.brands
    named = [(name, brands.of(name).logo) for name in brands.tables]
    wrong = []
    for name, logo in named:
        try:
            if logo:
                read_logo(context.home.path, logo)
        except Invalid as error:
            wrong.append(f"[brands.{name}] {error}")
    if not any(logo for _, logo in named):
        return ()
    remedy = "put a PNG, JPEG or WebP of at most 64 KB there, or take the option out"
    text = "; ".join(wrong) or "every logo is a small picture"
    return (DoctorCheck(check="logos", ok=not wrong, found=text, remedy=remedy if wrong else ""),)
