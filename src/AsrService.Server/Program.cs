using AsrService.Server;

return await ServerProgram.RunAsync(args);
