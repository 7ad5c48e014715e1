import { loadModel, nlp, tensor } from 'react-native-executorch';

const model = loadModel('/path/to/model.pte');
const tokenizer = nlp.loadTokenizer('/path/to/tokenizer.json');

export function forward(text: string, second?: string): Float32Array[] {
  const first = tokenizer.encode(text);
  const rest = second === undefined ? new Int32Array() : tokenizer.encode(second).slice(1);
  const ids = [...first, ...rest].map(BigInt);
  const types = ids.map((_, place) => (place < first.length ? 0n : 1n));
  const shape = [1, ids.length];
  const mask = tensor('int64', shape, BigInt64Array.from(ids, () => 1n));
  const inputs = [tensor('int64', shape, BigInt64Array.from(ids)), mask, /* types */];
  const outputs = [/* outputs */];
  model.execute('forward', inputs, outputs);
  const values = outputs.map((output) => output.getData(new Float32Array(output.numel)));
  [...inputs, ...outputs].forEach((used) => used.dispose());
  return values;
}
