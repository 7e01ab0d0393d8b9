using AsrService.Hosting;
using AsrService.Server;

return await ServiceProgram.RunAsync(ServerApplication.Kind, args, ServerApplication.Create);
