#:project ../../../src/Realtime.Sdk.Testing/Realtime.Sdk.Testing.csproj
#:property RestorePackagesWithLockFile=false
#:property PublishAot=false
// Runs an emulator. Prints its URL, and for each line of input the cost of its process so far.
using Realtime.Sdk.Testing;

await using var emulator = await RealtimeEmulator.StartAsync(new() { KeepsHistory = false });
Console.WriteLine($"{emulator.BaseUrl} {emulator.ApiKey}");
while (await Console.In.ReadLineAsync() is { } line)
{
    if (line == "collect")
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
    Console.WriteLine($"{Environment.CpuUsage.TotalTime.Ticks} {GC.GetTotalAllocatedBytes(precise: true)} {GC.GetTotalMemory(false)}");
}
