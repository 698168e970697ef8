from resources.models.file import FileBlob, FilePage, FilePreview, rendition_folder, rendition_key
from resources.models.record_fields import LANGUAGES, RECORD_FIELDS, REVISION_FIELDS
from resources.models.resource import Resource, ResourceFile, ResourceRelation, ResourceStats
from resources.models.review import (
    AllianceReviewTask,
    Aspect,
    AspectVerdict,
    Commitment,
    ReviewDecision,
    SchoolReviewTask,
    Verdict,
)
from resources.models.stages import STAGES, Stage
from resources.models.taxonomy import (
    VOCABULARIES,
    AgeBand,
    Audience,
    CareDomain,
    CourseUnit,
    Granularity,
    Level,
    Licence,
    Programme,
    ResourceType,
    VocabularyTerm,
)
from resources.models.upload import UploadSession
from resources.models.usage import DailyUsage, UsageEvent, UsageKind
from resources.models.version import FileRemoval, PublishedVersion, PublishingFailure, RevisionFile

__all__ = [
    "LANGUAGES",
    "RECORD_FIELDS",
    "REVISION_FIELDS",
    "STAGES",
    "VOCABULARIES",
    "AgeBand",
    "AllianceReviewTask",
    "Aspect",
    "AspectVerdict",
    "Audience",
    "CareDomain",
    "Commitment",
    "CourseUnit",
    "DailyUsage",
    "FileBlob",
    "FilePage",
    "FilePreview",
    "FileRemoval",
    "Granularity",
    "Level",
    "Licence",
    "Programme",
    "PublishedVersion",
    "PublishingFailure",
    "Resource",
    "ResourceFile",
    "ResourceRelation",
    "ResourceStats",
    "ResourceType",
    "ReviewDecision",
    "RevisionFile",
    "SchoolReviewTask",
    "Stage",
    "UploadSession",
    "UsageEvent",
    "UsageKind",
    "Verdict",
    "VocabularyTerm",
    "rendition_folder",
    "rendition_key",
]
