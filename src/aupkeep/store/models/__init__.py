"""The tables. Nothing of this leaves the room: queries answer with records of `model`."""

from aupkeep.store.models.casework import AnswerRow, CaseRow, ClaimRow, IncidentRow
from aupkeep.store.models.deciding import (
    ActionRow,
    DecisionRow,
    DesiredRow,
    LinkRow,
    NoticeRow,
)
from aupkeep.store.models.feeds import FeedCopyRow, FeedItemRow, FeedRow
from aupkeep.store.models.holding import AssignmentRow, CustomerRow, HostedNameRow, SpaceRow
from aupkeep.store.models.intake import BytesRow, NameRow, RawRow, ReportRow
from aupkeep.store.models.journal import (
    CheckpointRow,
    CosignatureRow,
    EffectRow,
    EntryRow,
    LogRow,
    WitnessedLogRow,
    WitnessRow,
)
from aupkeep.store.models.reasons import AcceptanceRow, PolicyDocumentRow, StatementRow
from aupkeep.store.models.set_by_people import (
    AdoptedPolicyRow,
    ApprovalRow,
    ClearanceRow,
    ExportRequestRow,
    HoldRow,
    IdempotencyKeyRow,
    MovedFlagRow,
    PermissionRow,
    ThresholdRow,
)
from aupkeep.store.models.sources import ConfirmedRow, SourceRow
from aupkeep.store.models.staff import (
    AgentContactRow,
    AgentHeardRow,
    AgentKeyRow,
    FlagRow,
    PasskeyRow,
    SessionRow,
    Staff,
    StampRow,
    TokenRow,
)
from aupkeep.store.models.submissions import DraftRow, FilingRow, TallyRow

__all__ = [
    "AcceptanceRow",
    "ActionRow",
    "AdoptedPolicyRow",
    "AgentContactRow",
    "AgentHeardRow",
    "AgentKeyRow",
    "AnswerRow",
    "ApprovalRow",
    "AssignmentRow",
    "BytesRow",
    "CaseRow",
    "CheckpointRow",
    "ClaimRow",
    "ClearanceRow",
    "ConfirmedRow",
    "CosignatureRow",
    "CustomerRow",
    "DecisionRow",
    "DesiredRow",
    "DraftRow",
    "EffectRow",
    "EntryRow",
    "ExportRequestRow",
    "FeedCopyRow",
    "FeedItemRow",
    "FeedRow",
    "FilingRow",
    "FlagRow",
    "HoldRow",
    "HostedNameRow",
    "IdempotencyKeyRow",
    "IncidentRow",
    "LinkRow",
    "LogRow",
    "MovedFlagRow",
    "NameRow",
    "NoticeRow",
    "PasskeyRow",
    "PermissionRow",
    "PolicyDocumentRow",
    "RawRow",
    "ReportRow",
    "SessionRow",
    "SourceRow",
    "SpaceRow",
    "Staff",
    "StampRow",
    "StatementRow",
    "TallyRow",
    "ThresholdRow",
    "TokenRow",
    "WitnessRow",
    "WitnessedLogRow",
]
