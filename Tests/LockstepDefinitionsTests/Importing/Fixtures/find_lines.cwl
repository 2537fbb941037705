cwlVersion: v1.2
class: CommandLineTool
baseCommand: grep
successCodes: [0, 1]
requirements:
  - class: EnvVarRequirement
    envDef: { LC_ALL: C, TEXT_NAME: $(inputs.text.basename) }
  - class: ToolTimeLimit
    timelimit: 90
  - class: NetworkAccess
    networkAccess: false
inputs:
  patterns:
    type:
      type: array
      items: string
      inputBinding: { prefix: -e }
    inputBinding: { position: 1 }
  ignore_case: { type: boolean?, inputBinding: { prefix: -i } }
  max_count: { type: int?, inputBinding: { prefix: --max-count } }
  text: { type: File, inputBinding: { position: 2 } }
arguments: [--line-number, "--label=$(inputs.text.basename)"]
stdout: $(inputs.text.nameroot).found
stderr: problems.txt
outputs:
  found: { type: stdout }
  problems: { type: stderr }
