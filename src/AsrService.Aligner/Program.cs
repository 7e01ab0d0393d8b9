using AsrService.Aligner;
using AsrService.Hosting;

return await ServiceProgram.RunAsync(AlignerApplication.Kind, args, AlignerApplication.Create);
