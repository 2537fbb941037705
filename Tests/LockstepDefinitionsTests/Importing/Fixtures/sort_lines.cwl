#!/usr/bin/env cwl-runner
cwlVersion: v1.2
class: CommandLineTool
label: Sort lines
doc: |
  Sorts the lines of texts.
  Several texts become one.
baseCommand: sort
hints:
  DockerRequirement: { dockerPull: "debian:12" }
  ResourceRequirement: { ramMin: 64, coresMin: 1 }
inputs:
  texts:
    type: File[]
    inputBinding: { position: 10 }
    doc: What is sorted.
  key:
    type: string?
    inputBinding: { prefix: --key=, separate: false, position: 1 }
  reverse:
    type: boolean
    default: false
    inputBinding: { prefix: --reverse }
  separator:
    type: string?
    inputBinding: { prefix: -t, position: 1 }
  kind:
    type:
      - "null"
      - { type: enum, symbols: [numeric, general-numeric, month] }
    inputBinding: { prefix: --sort=, separate: false }
stdout: sorted.txt
outputs:
  sorted: stdout
