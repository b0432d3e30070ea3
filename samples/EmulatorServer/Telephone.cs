using Realtime.Sdk;
using Realtime.Sdk.Testing;

/// <summary>Places one telephone call to the application under test, and writes its progress to the error stream.</summary>
internal static class Telephone
{
    public static async Task CallAsync(RealtimeEmulator emulator, Uri webhook, RealtimeWebhookSecret secret, string? words)
    {
        var caller = await emulator.PlaceCallAsync(new() { Webhook = new() { Url = webhook, Secret = secret } });
        foreach (var delivery in caller.Deliveries)
            await Console.Error.WriteLineAsync($"call {caller.CallId}: the webhook was answered with {delivery.StatusCode?.ToString() ?? delivery.Exception!.Message}");
        _ = TalkAsync(caller, words);
    }

    private static async Task TalkAsync(EmulatedCaller caller, string? words)
    {
        try
        {
            await caller.WhenAcceptedAsync();
            await Console.Error.WriteLineAsync($"call {caller.CallId}: accepted");
            if (words is not null)
                await caller.SayAsync(words);
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"call {caller.CallId}: {e.Message}");
        }
    }
}
