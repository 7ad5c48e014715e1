import React, { useEffect, useState } from 'react';
import { Text } from 'react-native';
import { useTextEmbedder } from 'react-native-executorch';

const FILES = { modelPath: '/path/to/model.pte', tokenizerPath: '/path/to/tokenizer.json' };

export function Embedding({ text }: { text: string }) {
  const [vector, setVector] = useState<Float32Array>();
  const { embed, error } = useTextEmbedder(FILES);
  useEffect(() => { embed?.(text).then(setVector); }, [embed, text]);
  return <Text>{error?.message ?? vector?.join(' ') ?? 'loading'}</Text>;
}
