using System.CommandLine;

var root = new RootCommand("Streaming speech recognition with Qwen3-ASR models, without Python.");
return root.Parse(args).Invoke();
