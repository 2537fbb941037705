cwlVersion: v1.2
class: CommandLineTool
doc: Every rule about the order of bindings at once; echo shows the result.
baseCommand: [echo, base]
inputs:
  zebra: { type: string, inputBinding: {} }
  Beta: { type: string, inputBinding: { position: 0 } }
  alpha: { type: string, inputBinding: { prefix: -a } }
  early: { type: int, inputBinding: { position: -5, prefix: -e } }
  late: { type: double, inputBinding: { position: 10 } }
  unbound: { type: string }
  list: { type: "string[]", inputBinding: { position: 2, prefix: -A } }
  repeated:
    type: { type: array, items: string, inputBinding: { prefix: "-B=", separate: false } }
    inputBinding: { position: 3 }
  joined: { type: "string[]", inputBinding: { position: 4, prefix: "-C=", itemSeparator: ",", separate: false } }
  box:
    type:
      type: record
      fields:
        - { name: b, type: string, inputBinding: { prefix: -b, position: 2 } }
        - { name: a, type: string, inputBinding: { prefix: -x, position: 2 } }
        - { name: c, type: int?, inputBinding: { prefix: -c, position: 1 } }
    inputBinding: { position: 5, prefix: --box }
  loose:
    type:
      type: record
      fields:
        z: { type: string, inputBinding: { position: -1 } }
        y: { type: boolean, inputBinding: { position: 11, prefix: -y } }
  people:
    type:
      type: array
      items:
        type: record
        fields:
          name: { type: string, inputBinding: { prefix: -n, position: 2 } }
          age: { type: int?, inputBinding: { prefix: -g, position: 1 } }
    inputBinding: { position: 6 }
  shown: { type: string?, inputBinding: { position: 7, prefix: -s, valueFrom: "<$(self)>" } }
arguments:
  - literal
  - { position: 1, valueFrom: "one $(inputs.unbound) two", prefix: -p }
  - { position: -5, valueFrom: "cores=$(runtime.cores)" }
  - "\\$(not a reference) $(inputs.unbound)"
stdout: line.txt
outputs:
  line: stdout
