namespace Realtime.Sdk.Testing.Internal;

/// <summary>What drives a session that no test has scripted.</summary>
internal static class Scripts
{
    /// <summary>The emulator's model.</summary>
    public static Task Attend(EmulatorSession session) => session.AttendAsync();

    /// <summary>Sends away who speaks the beta of this protocol, after letting him in, as the service does.</summary>
    public static async Task RefuseBeta(EmulatorSession session)
    {
        await session.SendErrorAsync(EmulatorHttpException.BetaShape(), blamed: null).ConfigureAwait(false);
        await session.CloseAsync(4000, "invalid_request_error.beta_api_shape_disabled").ConfigureAwait(false);
    }
}
