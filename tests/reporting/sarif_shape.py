"""The parts of SARIF 2.1.0 that aioport writes, as a JSON schema of our own, stricter than the published one.

Written from the text of the standard (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html); the numbers
are its sections. What aioport does not write is not allowed here, though the standard may allow it.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
INDEX: Schema = {"type": "integer", "minimum": 0}
POSITION: Schema = {"type": "integer", "minimum": 1}
LEVEL: Schema = {"enum": ["none", "note", "warning", "error"]}


def exact(required: Schema, optional: Schema | None = None) -> Schema:
    """An object with these properties and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def several(items: Schema, least: int = 0) -> Schema:
    """An array."""
    return {"type": "array", "items": items, "minItems": least}


MESSAGE = exact({"text": TEXT})  # 3.11, and 3.12 for rules
ARTIFACT = exact({"uri": TEXT}, {"uriBaseId": TEXT})  # 3.4
REGION = exact(  # 3.30
    {"startLine": POSITION},
    {
        "startColumn": POSITION,
        "endLine": POSITION,
        "endColumn": POSITION,
        "snippet": exact({"text": {"type": "string"}}),
    },
)
PHYSICAL = exact({"artifactLocation": ARTIFACT, "region": REGION})  # 3.29
LOCATION = exact(  # 3.28
    {"physicalLocation": PHYSICAL},
    {"logicalLocations": several(exact({"fullyQualifiedName": TEXT}), 1), "message": MESSAGE},
)
FLOW = exact(  # 3.36 and 3.37
    {
        "threadFlows": several(
            exact({"locations": several(exact({"nestingLevel": INDEX, "location": LOCATION}), 1)}), 1
        )
    }
)
RESULT = exact(  # 3.27
    {
        "ruleId": TEXT,
        "ruleIndex": INDEX,
        "level": LEVEL,
        "message": MESSAGE,
        "locations": several(LOCATION, 1),
        "partialFingerprints": {"type": "object", "additionalProperties": TEXT},
    },
    {"codeFlows": several(FLOW, 1), "properties": {"type": "object"}},
)
RULE = exact(  # 3.49
    {
        "id": TEXT,
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": MESSAGE,
        "defaultConfiguration": exact({"level": LEVEL}),
    }
)
NOTIFICATION = exact({"level": LEVEL, "message": MESSAGE, "locations": several(LOCATION)})  # 3.58
RUN = exact(  # 3.14
    {
        "tool": exact({"driver": exact({"name": TEXT, "semanticVersion": TEXT, "rules": several(RULE, 1)})}),
        "invocations": several(
            exact(
                {
                    "executionSuccessful": {"type": "boolean"},
                    "toolExecutionNotifications": several(NOTIFICATION),
                }
            ),
            1,
        ),
        "originalUriBaseIds": {"type": "object", "additionalProperties": exact({"uri": TEXT})},
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": several(RESULT),
    }
)
LOG = exact({"$schema": TEXT, "version": {"const": "2.1.0"}, "runs": several(RUN, 1)})  # 3.13
