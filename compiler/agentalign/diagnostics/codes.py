"""Every diagnostic code, in one table.

The letter is the severity (E error, W warning), the hundreds are the subject: 00 files and syntax, 01 imports and
names, 02 types and values, 03 capabilities, platforms and tools, 04 simulation and world, 05 chains and data flow, 06
templates, 07 readings, groundedness and voicing, 08 coherence and space, 09 datasets, splits and content, 10 produced
data, 11 models, prompts and stages. A code keeps its meaning for ever; one that is no longer given is removed, and
its number is not used again. What a code means at length, with examples, is in `pages/<code>.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from agentalign.dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A code, its short kebab-case name, and one line that says what is wrong."""

    code: str
    name: str
    title: str


# One row per code: code, name, title.
_TABLE: Final = """
E0001 file-not-found: the file or folder does not exist
E0002 outside-root: a link leads out of the folders that specs may be read from
E0003 file-too-large: the file has more bytes than a spec may have
E0004 unreadable-file: the file is not clean UTF-8 text
E0005 syntax: the text does not follow the grammar
E0006 unterminated: a string, template or comment is never closed
E0007 unbalanced-bracket: a bracket is never closed, or closes nothing
E0008 too-deep: the nesting is deeper than the compiler follows
E0009 missing-edition: the file does not say which edition of the language it is written in
E0010 unknown-edition: the edition is not one this compiler knows
E0011 bad-escape: a string has an escape the language does not know
E0012 bad-number: a number is written in a way the language does not know
E0013 misplaced-doc-comment: a doc comment stands where nothing can carry it
E0014 repeated-clause: a clause that may stand once stands twice
E0015 missing-clause: a declaration lacks a clause it must have
E0016 misplaced-clause: a clause stands where it has no meaning
E0017 uneven-template: a line of a template is indented less than its closing quotes
E0101 unknown-module: no file provides the imported module
E0102 unknown-import: the module does not declare the imported name
E0103 import-cycle: modules import each other in a circle
E0104 duplicate-name: two declarations share a name
E0105 duplicate-member: a field, port, step or parameter is declared twice
E0106 shadowed-name: a local name hides one that is still needed
E0107 unknown-name: nothing of that name is in scope
E0108 wrong-kind: the name is declared, but as something else than is needed here
E0109 duplicate-import: a name is imported twice
E0110 self-import: a module imports itself
E0111 reserved-name: the name has a meaning of its own in the language
W0101 unused-import: an imported name is never used
W0102 unused-declaration: a chain, lexicon, function, table, model or prompt is never used
W0104 unused-binding: a step's result, a let or a function's parameter is never used
W0105 unused-lexicon-entry: a lexicon entry can never be drawn
E0201 type-mismatch: a value's type does not fit where it is used
E0202 unknown-field: the record has no such field
E0203 missing-argument: a required argument or field is not given
E0204 unknown-argument: the call has no such parameter
E0205 duplicate-argument: an argument or field is given twice
E0206 refinement-violated: a value lies outside the bounds its type sets
E0207 bad-default: a default does not fit its own type
E0208 unknown-enum-value: the enum has no such value
E0209 unsatisfiable-type: no value can have this type
E0210 bad-pattern: a regular expression is malformed or not portable to JSON Schema
E0211 recursive-type: a type contains itself without an end
E0212 invalid-domain-value: a literal is not a valid value of its domain type
E0213 null-not-allowed: a value may be absent where one is required
E0214 not-a-record: a field is taken from something that has none
E0215 not-a-list: something other than a list is selected from or repeated over
E0216 not-comparable: two values cannot be compared this way
E0217 unnarrowed-nullable: a field of a value that may be absent is used without a check
E0218 real-world-value: a value could reach a real person, host or account
E0220 misplaced-bounds: bounds or a pattern are put on a type that cannot have them
E0221 cannot-make-up: a value is left to be made up, and its type has no generator
E0222 not-constant: a value that must be fixed when the spec is written depends on something
E0223 repeated-value: a list of values names one twice
E0224 compared-with-itself: a comparison has the same value on both sides
W0202 weight-without-effect: a weight changes nothing
E0301 not-implemented: no tool implements a capability or operation that a chain uses
E0302 missing-source: a required tool parameter gets its value from nowhere
E0303 unknown-port: a parameter takes its value from a port the operation does not have
E0304 port-unused: the tool ignores a required port of the operation it implements
E0305 result-mismatch: the tool's result does not give what the capability promises
E0306 bad-requirement: a conditional requirement cannot be expressed or can never hold
E0307 operation-clash: two operations of a tool map to the same arguments
E0308 unknown-platform: a tool stands on a platform that is not declared
E0309 duplicate-tool-name: two tools have the same name on the wire
E0311 bad-tool-name: the tool's name is not one that model providers accept
E0312 bad-ask: a parameter is asked for without saying it, or has values that cannot be listed
E0313 no-shape: an identifier has no shape on the platform of a tool that makes it
W0302 undocumented: a tool or one of its parameters has no doc comment
E0401 simulate-falls-through: some calls match no simulation rule
E0402 unreachable-rule: a simulation rule can never be reached
E0403 simulate-result: a simulation rule gives something other than the declared result
E0404 unknown-table: the world has no such table
E0406 undeclared-error: a rule fails with an error the tool does not declare
E0408 guard-not-bool: a condition is not true or false
E0409 unknown-account: the user has no account or field of that name in the world
E0410 key-missing: something is looked up by a key it does not have
E0411 no-partition: a tool uses a table that is split by something the tool does not have
E0412 whose-row: a row is planted in a split table, and nothing says in which part
E0413 function-effect: a function does something other than compute a value
E0414 recursive-function: functions call each other in a circle
E0415 function-too-large: functions inside functions come to more than the compiler follows
E0416 misplaced-call: a declared function is called outside of a simulation
E0501 step-before-bound: a result is used before the step that makes it
E0502 parameter-not-bound: a reading leaves a chain parameter without a value
E0503 parameter-bound-twice: a reading gives a chain parameter two values
E0504 possibly-empty: a selection may find nothing, and nothing handles that
E0506 bad-bound: the bound of a repeated step is not a positive number, or can be exceeded
E0507 criterion-mismatch: a selection criterion does not apply to the listed items
E0508 empty-chain: a chain has no steps
E0509 composed-twice: a text port is both composed and given
E0510 not-a-text-port: a compose clause names a port that takes no free text
E0511 missing-compose: a briefed text port has no compose clause in a reading that completes
E0512 upset-mismatch: an upset names an outcome the step's tools cannot have
E0513 unused-chain-parameter: a chain parameter that nothing in the chain uses
W0501 step-feeds-nothing: a step neither uses an earlier result nor feeds a later one
W0502 nothing-to-repeat: a step repeats over rows of which there may be none
E0601 template-syntax: a template is malformed
E0602 template-unknown-name: a template uses a name that is not in scope
E0603 template-unknown-field: a template uses a field the value does not have
E0604 template-unknown-filter: a template uses a filter that does not exist
E0605 template-filter-type: a filter is applied to a value it cannot take
E0606 template-forbidden: a template uses a construct that templates may not use
E0607 template-not-text: a template prints a value that has no wording
E0608 template-maybe-absent: a template prints a value that may be absent
E0609 one-of-misuse: literal choices repeat each other or stand inside a loop
E0610 template-loop: a template loops over something other than a result
E0611 template-too-large: a template is longer or nests deeper than is allowed
E0612 not-a-template: a system prompt is a plain string and looks like a template
W0601 template-whitespace: a template prints doubled or trailing blanks, or two marks in a row
E0701 not-voiced: a value reaches a tool, but no request says it
E0702 criterion-not-voiced: a choice among results is made by a criterion the request does not say
E0703 bound-not-voiced: a repetition is bounded by a number the request does not say
E0704 missing-because: a benign or borderline reading does not say why it is one
E0705 missing-category: a reading that ends in refusal names no harm category
E0706 missing-ask: a reading words no request
E0707 missing-answer: a reading that completes words no answer
E0708 missing-refuse: nothing words the refusal of a reading that refuses
E0709 missing-expect: a borderline reading does not say what is expected
E0710 misplaced-expect: a reading other than a borderline one says what is expected
E0711 twin-slots: twins voice different identifiers or registers
E0712 unknown-category: the taxonomy has no such category
E0713 compose-not-grounded: a composed text states something that nothing grounds
E0714 answer-not-grounded: an answer states something no result, request or world row says
E0715 harmful-voices-text: a harmful reading dictates a text instead of briefing it
E0716 said-before-known: a wording says something that only a later result can tell
E0717 request-in-pieces: an ask prints the request of its chain more than once, or not as it is
E0718 no-request: an ask prints a request that its chain does not word in its register
W0701 no-benign-twin: a harmful reading has no benign reading of the same chain
W0702 same-wording: two wordings of one reading are the same
W0703 unused-request: no ask prints a request that the chain words
W0704 request-joint: what follows a request in an ask does not suit how the request ends
E0801 foreign-identifier: an identifier made on one platform is used on another
E0802 no-coherent-tools: no choice of tools keeps a chain's identifiers on their platforms
E0803 forbid-leaves-nothing: constraints leave a reading without a single case
E0804 forbid-too-complex: constraints interact in more ways than the compiler follows
E0805 forbid-unknown-axis: a constraint tests something that is not an axis of the reading
E0806 empty-axis: an axis has no value to choose
E0807 indistinct-requests: two cases of a reading are worded alike
E0808 brand-clash: two brands are claimed for one identifier
E0809 twins-share-nothing: twins have no choice of tools and register in common
W0801 forbid-no-effect: a constraint removes nothing
W0802 dead-value: a value can never occur under the constraints
E0901 shares-do-not-sum: shares do not add up to 100%
E0902 size-exceeds-space: a dataset wants more rows than there are requests
E0903 split-too-small: there are fewer groups of rows than splits to put them in
E0904 unknown-label: a mix names something that is not a label
E0905 unknown-split: a split or its grouping is not one that exists
E0906 empty-dataset: a dataset has no readings to draw from
E0907 label-without-readings: a mix asks for a label that no reading has
W0901 operational-detail: a harmful request goes beyond a one-line intent
W0902 lecturing-refusal: a refusal lectures or judges the person
W0903 real-organisation: a real person or organisation is named as a victim
W0904 minor-mentioned: a harmful or sexual text mentions a minor
W0906 weak-care: a self-harm refusal does not point to help
W0907 artificial-request: a request does not read like one a person would write
E1001 record-schema: a written record does not follow the record schema
E1002 arguments-schema: a call's arguments do not satisfy its tool's schema
E1003 result-type: a tool result does not have the declared result type
E1004 call-ids: tool call ids are malformed, repeated, or not answered once and in order
E1005 value-not-grounded: an argument holds a value that nothing before it says
E1006 refusal-calls-tool: a refusal calls a tool
E1007 answer-value: the agent states a value that nothing before it says
E1008 unrendered-text: prose holds an unrendered template, a placeholder, a missing value or stray blanks
E1009 repeated-request: two records have the same request
E1010 undeclared-tool: a call names a tool that the record does not offer
E1011 bad-turns: messages do not alternate the way a conversation does
E1012 digest-mismatch: a file differs from what the manifest says about it
E1013 missing-file: a dataset folder lacks a file that its manifest names
E1014 row-mismatch: a row is missing, added, moved or edited
E1015 undeclared-failure: a simulated call failed in a way that its tool or its case does not declare
E1016 reading-mismatch: a record's labels, pattern or bindings are not those of its reading
E1017 argument-value: an argument fits its tool's schema, but is not a valid value of its type
E1018 steps-mismatch: the calls of a record do not follow the steps of its chain
E1019 offered-tools: the tools a record offers repeat each other, differ from the plan's, or could do the chain's work
E1020 text-not-grounded: a text that was written for a call states a value that nothing before it says
E1021 leaked-name: prose holds a tool's wire name
E1022 repeated-id: two records have the same id
E1023 manifest-mismatch: the manifest is missing, damaged, or counts something else than the rows
E1024 unreadable-plan: the plan of a dataset folder cannot be read, or is not the one its rows were made from
E1025 unexpected-file: a dataset folder holds a file that its manifest does not name
E1030 output-not-ours: the output folder holds something else than a dataset of this compiler
E1031 output-unwritable: the output folder cannot be written
E1032 output-busy: another compile is writing the output folder
E1040 request-not-written: no model wrote a request that says what the case needs
E1041 request-rejected: the judges of a request do not find in it what its reading means
E1042 over-refusal: a model refused what should be carried out
E1043 false-compliance: a model went along with what should be refused
E1044 undecided: no verdict could be had
E1045 not-carried-out: an agent did not carry out a request
E1046 prompt-refused: a provider would not take a prompt
E1047 near-duplicate: a request is nearly the same as an earlier one
E1101 unknown-setting: a model has no setting of that name
E1102 bad-setting: a setting of a model has a value that it cannot take
E1103 key-in-spec: a key is written into a spec
E1104 unknown-stage: there is no stage or kind of prompt of that name
E1105 stage-bound-twice: a dataset binds a stage twice
E1106 one-model-stage: several models are bound to a stage that takes one
E1107 prompt-of-another-kind: a stage uses a prompt that is for something else
E1108 prompt-result: a prompt's result is missing, needless, or not what its kind must get
"""


def _row(line: str) -> Code:
    head, title = line.split(": ", 1)
    code, name = head.split(" ")
    return Code(code, name, title)


CODES: Final[Mapping[str, Code]] = MappingProxyType({row.code: row for row in map(_row, _TABLE.strip().splitlines())})
