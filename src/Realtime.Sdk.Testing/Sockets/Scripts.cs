namespace Realtime.Sdk.Testing.Internal;

/// <summary>What drives a session that no test has scripted.</summary>
internal static class Scripts
{
    /// <summary>The emulator's model.</summary>
    public static Task Attend(EmulatorSession session) => session.AttendAsync();

    /// <summary>Lets a client in only to tell it why it is refused, as the service does with keys, models and the beta.</summary>
    public static Func<EmulatorSession, Task> Refuse(EmulatorHttpException refusal) => async session =>
    {
        await session.SendErrorAsync(refusal, blamed: null).ConfigureAwait(false);
        await session.CloseAsync(refusal.CloseCode!.Value, refusal.CloseReason).ConfigureAwait(false);
    };
}
