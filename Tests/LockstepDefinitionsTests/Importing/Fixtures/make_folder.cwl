cwlVersion: v1.2
class: CommandLineTool
baseCommand: [cp, -r]
inputs:
  text: { type: File, inputBinding: { position: 1 } }
arguments:
  - prefix: --target-directory=
    separate: false
    valueFrom: $(runtime.outdir)
outputs:
  copy: { type: File, outputBinding: { glob: $(inputs.text.basename) } }
