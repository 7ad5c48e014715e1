// Run exported folders through transformers.js: reads a list of cases from stdin as JSON, prints an answer for each.
// usage: node transformersjs_answers.mjs cpu|wasm     in the folder with node_modules
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(`${process.cwd()}/`);
const wasm = process.argv[2] === 'wasm';
const web = dirname(require.resolve('onnxruntime-web'));
// transformers.js takes this runtime in place of onnxruntime-node.
if (wasm) globalThis[Symbol.for('onnxruntime')] = await import(pathToFileURL(`${web}/ort.node.min.mjs`));
const { AutoModel, AutoTokenizer, env, pipeline } = await import(
  pathToFileURL(require.resolve('@huggingface/transformers').replace('.node.cjs', '.node.mjs'))
);
env.allowRemoteModels = false;
if (wasm) {
  env.backends.onnx.wasm.wasmPaths = `${pathToFileURL(web)}/`;
  env.useWasmCache = false;
}
const options = wasm ? { device: 'auto', session_options: { executionProviders: ['wasm'] } } : {};

function plain(tensors) {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.tolist()]));
}

async function answer({ name, task, folder, texts, question }) {
  env.localModelPath = dirname(folder);
  const id = basename(folder);
  const tokenizer = await AutoTokenizer.from_pretrained(id);
  const [first, second] = [texts.map((each) => each[0]), texts.map((each) => each[1])];
  const pair = texts[0].length === 2 ? { text_pair: second } : {};
  const inputs = tokenizer(first, { ...pair, padding: true, truncation: true });
  const fed = { ...inputs };
  if (task === 'multiple-choice') for (const key in fed) fed[key] = fed[key].unsqueeze(0);
  let model, said = null;
  if (question === null) model = await AutoModel.from_pretrained(id, options);
  else {
    const run = await pipeline(task, id, options);
    model = run.model;
    const pooled = name === 'sentence-embedding' ? [{ pooling: 'mean', normalize: true }] : [];
    said = await run(...question, ...pooled);
    if (pooled.length) said = said.tolist()[0];
  }
  return { inputs: plain(inputs), outputs: plain(await model(fed)), pipeline: said };
}

const answers = [];
for (const each of JSON.parse(readFileSync(0, 'utf8'))) answers.push(await answer(each));
process.stdout.write(JSON.stringify(answers, (key, value) => (typeof value === 'bigint' ? Number(value) : value)));
