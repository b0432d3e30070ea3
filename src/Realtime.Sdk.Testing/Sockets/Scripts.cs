namespace Realtime.Sdk.Testing.Internal;

/// <summary>The scripts of sessions for which the test has not set one.</summary>
internal static class Scripts
{
    /// <summary>Lets the emulator's model drive the session.</summary>
    public static Task RunModel(EmulatorSession session) => session.RunModelAsync();

    /// <summary>Sends the error and closes, as the service does after the handshake for wrong keys, wrong models and the beta API.</summary>
    public static Func<EmulatorSession, Task> CreateRefusal(EmulatorHttpException refusal) => async session =>
    {
        await session.SendErrorAsync(refusal, clientEventId: null).ConfigureAwait(false);
        await session.CloseAsync(refusal.CloseCode!.Value, refusal.CloseReason).ConfigureAwait(false);
    };
}
