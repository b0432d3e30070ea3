using Realtime.Sdk;
using Realtime.Sdk.Testing;

/// <summary>A telephone call to the application under test. Its progress goes to the error stream.</summary>
internal sealed record TelephoneCall
{
    /// <summary>Where the webhook is posted; null places no call.</summary>
    public Uri? Webhook { get; init; }

    public RealtimeWebhookSecret? Secret { get; init; }

    /// <summary>The words that the caller says when the call has been accepted.</summary>
    public string? Words { get; init; }

    /// <summary>Whether the caller hangs up after these words.</summary>
    public bool HangsUp { get; init; }

    public async Task PlaceAsync(RealtimeEmulator emulator)
    {
        if (Webhook is null)
            return;
        var caller = await emulator.PlaceCallAsync(new() { Webhook = new() { Url = Webhook, Secret = Secret! } });
        foreach (var delivery in caller.Deliveries)
            await Console.Error.WriteLineAsync($"call {caller.CallId}: the webhook was answered with {delivery.StatusCode?.ToString() ?? delivery.Exception!.Message}");
        _ = TalkAsync(caller);
    }

    private async Task TalkAsync(EmulatedCaller caller)
    {
        try
        {
            await caller.WhenAcceptedAsync();
            await Console.Error.WriteLineAsync($"call {caller.CallId}: accepted");
            if (Words is not null)
                await caller.SayAsync(Words);
            if (HangsUp)
                caller.HangUp();
            await Console.Error.WriteLineAsync($"call {caller.CallId}: {caller.Call.State}");
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"call {caller.CallId}: {e.Message}");
        }
    }
}
