using Realtime.Sdk.Benchmarks;

return args switch
{
    ["server", var certificate] => await LoopbackServer.RunAsync(certificate),
    ["idle", var endpoint, var candidate, var count] => await IdleRows.RunAsync(new(endpoint), candidate, int.Parse(count)),
    ["idle-cpu", var endpoint, var candidate, var count, var seconds] => await IdleCpuRow.RunAsync(new(endpoint), candidate, int.Parse(count), TimeSpan.FromSeconds(int.Parse(seconds))),
    ["row", var name, var first, var rounds] => await RowProcess.RunAsync(name, int.Parse(first), int.Parse(rounds)),
    ["compare", .. var options] => await CompareVerb.RunAsync(options),
    ["micro", .. var options] => MicroVerb.Run(options),
    ["pace", .. var options] => await PaceVerb.RunAsync(options),
    ["audio"] => AudioRows.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.WriteLine("compare [--quick] [--native] [--npm] [--rows filter] [--require-goals]   the table: ours, the official package, a naive client, the floors");
    Console.WriteLine("pace [--tls] [--busy]                           the cost of an event at the pace of speech, with the settings of the environment");
    Console.WriteLine("audio                                           the cost of one second of audio in every converter");
    Console.WriteLine("micro [BenchmarkDotNet options]                the single-threaded rows, measured by BenchmarkDotNet");
    return 1;
}
