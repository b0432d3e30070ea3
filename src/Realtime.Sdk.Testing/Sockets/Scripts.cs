namespace Realtime.Sdk.Testing.Internal;

/// <summary>What drives a session that no test has scripted.</summary>
internal static class Scripts
{
    /// <summary>Greets, answers updates, and keeps quiet otherwise.</summary>
    public static async Task Attend(EmulatorSession session)
    {
        await session.GreetAsync().ConfigureAwait(false);
        while (await session.TryNextAsync().ConfigureAwait(false) is { } message)
        {
            if (message.Type == "session.update")
                await session.AnswerUpdateAsync(message.Bytes).ConfigureAwait(false);
        }
    }

    /// <summary>Sends away who speaks the beta of this protocol, after letting him in, as the service does.</summary>
    public static async Task RefuseBeta(EmulatorSession session)
    {
        await session.SendErrorAsync(Refusal.BetaShape(), blamed: null).ConfigureAwait(false);
        await session.CloseAsync(4000, "invalid_request_error.beta_api_shape_disabled").ConfigureAwait(false);
    }
}
