"""Which paragraph of the handbooks helps with a page: by endpoint, as page#anchor (docs/*.md).

A page that several readers open has a paragraph for each: a reader is led to their own handbook, and to the
first paragraph when there is none in it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from core.domain.roles import TenantKind

FIRST: Final = "index"
"""Where a page without a paragraph leads."""

ENTERPRISE, CITY, PROVINCE = "enterprise", "city", "province"

PAGE_OF: Final[Mapping[TenantKind, str]] = MappingProxyType(
    {
        TenantKind.ENTERPRISE: ENTERPRISE,
        TenantKind.CITY_HR: CITY,
        TenantKind.CITY_CENTRE: CITY,
        TenantKind.CITY_INDUSTRY: CITY,
        TenantKind.CENTRAL_BRANCH: CITY,
        TenantKind.PROVINCE_HR: PROVINCE,
        TenantKind.PROVINCE_CENTRE: PROVINCE,
    }
)

PARAGRAPHS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "home.index": ("index",),
        "sign_in.form": ("everybody#sign-in",),
        "demo.form": ("everybody#sign-in",),
        "joining.show": ("everybody#join",),
        "password_links.show": ("everybody#password-link",),
        "password_links.form": ("everybody#password-link",),
        "account.index": ("everybody#account",),
        "account.password": ("everybody#account",),
        "account.second_factor": ("everybody#account",),
        "account.recovery_codes": ("everybody#account",),
        "hats.index": ("everybody#hats",),
        "tasks.index": ("everybody#tasks",),
        "cockpit.show": ("city#city-overview", "province#province-overview"),
        "cockpit.enterprises": ("city#city-overview", "province#province-overview"),
        "rulebook.index": ("province#rules-in-use", "city#mark"),
        "rulebook.show": ("province#rules-in-use", "city#mark"),
        "rulebook.impact": ("province#rules-impact", "city#mark"),
        "people.index": ("everybody#people",),
        "people.invitations_sent": ("everybody#invite",),
        "people.invite_form": ("everybody#invite",),
        "people.show": ("everybody#people",),
        "people.give_form": ("everybody#people",),
        "people.revoke_form": ("everybody#people",),
        "custody.form": ("everybody#custody",),
        "accounts.find": ("everybody#custody",),
        "units.index": ("everybody#units",),
        "units.show": ("everybody#units",),
        "units.history": ("everybody#record",),
        "units.subject_history": ("everybody#record",),
        "audit.index": ("everybody#record", "province#verify-record"),
        "audit.verify": ("everybody#record", "province#verify-record"),
        "audit.export_form": ("everybody#record", "province#verify-record"),
        "checker.form": ("everybody#checker",),
        "official.text": ("everybody#look-up",),
        "template.index": ("everybody#look-up",),
        "rules.index": ("everybody#look-up",),
        "rules.readings": ("everybody#look-up",),
        "rules.show": ("everybody#look-up",),
        "calendar.index": ("everybody#calendar", "province#enter-calendar"),
        "calendar.show": ("everybody#calendar", "province#enter-calendar"),
        "calendar.edit_form": ("province#enter-calendar",),
        "cycles.index": ("everybody#cycle", "province#open-cycle"),
        "cycles.show": ("everybody#cycle", "province#watch-cycle"),
        "cycles.open_form": ("province#open-cycle",),
        "cycles.raise_form": ("province#raise-quota",),
        "cycles.reopen_form": ("province#reopen",),
        "cycles.both_hands_form": ("province#both-hands",),
        "sanctions.index": ("province#sanctions",),
        "sanctions.enter_form": ("province#sanctions",),
        "sanctions.check": ("city#check-ban", "province#sanctions"),
        "nominations.index": ("city#nominate", "province#nominations"),
        "nominations.show": ("city#follow-nomination", "province#verify"),
        "nominations.new_form": ("city#nominate",),
        "nominations.edit_form": ("city#fill-in",),
        "nominations.files": ("city#evidence",),
        "nominations.submit_form": ("city#send-nomination",),
        "nominations.withdraw_form": ("city#send-nomination",),
        "nominations.countersign_form": ("city#countersign",),
        "nominations.verify_form": ("province#verify",),
        "nominations.send_back_form": ("province#return-nomination", "city#countersign"),
        "nominations.reject_form": ("province#return-nomination",),
        "nominations.admit_form": ("province#admit",),
        "guidance.index": ("city#guide", "province#watch-guidance"),
        "guidance.log": ("enterprise#guidance", "city#guide", "province#watch-guidance"),
        "guidance.give_form": ("city#guide", "province#watch-guidance"),
        "guidance.files": ("enterprise#guidance", "city#reference-files", "province#watch-guidance"),
        "guidance.publish_form": ("city#reference-files", "province#watch-guidance"),
        "guidance.withdraw_form": ("city#reference-files", "province#watch-guidance"),
        "reviews.requirements": ("city#requirements", "enterprise#begin"),
        "reviews.publish_form": ("city#requirements",),
        "reviews.withdraw_form": ("city#requirements",),
        "plugins.show": ("enterprise#plugins",),
        "studio.begin_form": ("enterprise#begin",),
        "studio.show": ("enterprise#write",),
        "studio.edit": ("enterprise#write-part",),
        "studio.reset_form": ("enterprise#reset",),
        "studio.import_form": ("enterprise#import",),
        "studio.score_sheets": ("enterprise#rubric",),
        "studio.amend_form": ("enterprise#amend",),
        "publicity.begin_form": ("enterprise#publicise",),
        "publicity.watch": ("enterprise#comments",),
        "publicity.poster": ("enterprise#publicise",),
        "publicity.withdraw_form": ("enterprise#take-down",),
        "publicity.submit_form": ("enterprise#send-plan",),
        "plan.show": ("enterprise#read", "city#open-plan"),
        "plan.check": ("enterprise#read", "city#open-plan"),
        "plan.deviations": ("enterprise#read", "city#open-plan"),
        "plan.diff": ("enterprise#read", "city#open-plan"),
        "reviews.index": ("city#open-plan", "province#plans"),
        "reviews.show": ("city#mark", "province#plans"),
        "reviews.agree_form": ("city#agree", "province#agree-direct"),
        "reviews.return_form": ("city#return-plan", "province#decide"),
        "reviews.reject_form": ("province#decide",),
        "reviews.approve_form": ("province#decide",),
        "reviews.waive_form": ("city#waive", "province#waive-as-province"),
        "reviews.assign_form": ("province#experts",),
        "reviews.recuse_form": ("province#experts",),
        "reviews.assess_form": ("province#assess",),
    }
)
