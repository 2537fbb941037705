cwlVersion: v1.2
class: CommandLineTool
baseCommand: sh
requirements:
  InlineJavascriptRequirement: {}
  ShellCommandRequirement: {}
  InitialWorkDirRequirement: { listing: [$(inputs.text)] }
  DockerRequirement: { dockerPull: "debian:12" }
  SchemaDefRequirement: { types: [] }
  ResourceRequirement: { ramMin: $(inputs.count) }
  MadeUpRequirement: {}
inputs:
  text: { type: File, secondaryFiles: [.bai] }
  folder: Directory
  anything: Any
  either: [File, string]
  own_type: "#mine"
  count: { type: int, default: many }
  start: { type: File, default: { class: File, location: start.txt } }
  nested: { type: { type: array, items: { type: array, items: string } }, inputBinding: {} }
  computed: { type: string, inputBinding: { valueFrom: "${ return 1 }" } }
  sorted: { type: string, inputBinding: { position: $(inputs.count) } }
  maybe: { type: string?, inputBinding: { valueFrom: fixed } }
  9 lives: string
arguments:
  - $(inputs.text.dirname)
  - $(inputs.missing)
  - pre-$(inputs.maybe)
  - $(runtime.outdirSize)
  - $(inputs.count + 1)
  - { prefix: -x }
stdin: input.txt
stdout: both.txt
stderr: both.txt
permanentFailCodes: [0]
extra: 1
outputs:
  table: { type: File, outputBinding: { glob: "*.txt" } }
  made: { type: File, outputBinding: { glob: x, outputEval: "$(self[0])" } }
  record: { type: { type: record, fields: [] } }
  count_out: { type: int, outputBinding: { glob: x } }
  without: { type: File }
  everything: { type: Directory, outputBinding: { glob: . } }
  folders: { type: Directory, outputBinding: { glob: "d*" } }
  with_index: { type: File, secondaryFiles: [.tbi], outputBinding: { glob: y } }
