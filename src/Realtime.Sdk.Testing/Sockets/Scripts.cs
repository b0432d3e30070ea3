namespace Realtime.Sdk.Testing.Internal;

/// <summary>The scripts of sessions that no test has scripted.</summary>
internal static class Scripts
{
    /// <summary>The emulator's model.</summary>
    public static Task Attend(EmulatorSession session) => session.AttendAsync();

    /// <summary>Sends the error and closes, as the service does after the handshake for wrong keys and models and for the beta.</summary>
    public static Func<EmulatorSession, Task> Refuse(EmulatorHttpException refusal) => async session =>
    {
        await session.SendErrorAsync(refusal, blamed: null).ConfigureAwait(false);
        await session.CloseAsync(refusal.CloseCode!.Value, refusal.CloseReason).ConfigureAwait(false);
    };
}
