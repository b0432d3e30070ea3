using Realtime.Sdk.Testing;

// A program that has an emulator and does nothing about signals. Tests start it, send it one and look whether it ends.
await using var emulator = await RealtimeEmulator.StartAsync();
Console.WriteLine(emulator.BaseUrl);
await new TaskCompletionSource().Task;
