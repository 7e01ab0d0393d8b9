using AsrService.Aligner;
using AsrService.Hosting;

return await ServiceProgram.RunAsync(AlignerApplication.Kind, () => AlignerApplication.Create(args));
