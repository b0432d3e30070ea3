namespace Realtime.Sdk.Testing.Internal;

/// <summary>The REST endpoints that the emulator serves. All of them require POST.</summary>
internal static class RestEndpoints
{
    private static readonly IReadOnlyList<Route> Table =
    [
        .. ClientSecretEndpoints.Routes,
        .. LegacySessionEndpoints.Routes,
        .. CallEndpoints.Routes,
    ];

    /// <summary>Answers a request that is not a WebSocket upgrade, or throws an <see cref="EmulatorHttpException"/>.</summary>
    public static async ValueTask<EmulatorHttpResponse> AnswerAsync(RecordedRequest request, EmulatorState state)
    {
        var path = Route.RemovePrefix(request.Path) ?? throw EmulatorHttpException.UnknownPath(request.Method, request.Path);
        foreach (var route in Table)
        {
            if (route.Match(path) is not { } values)
                continue;
            if (request.Method != "POST")
                throw EmulatorHttpException.WrongMethod(request.Method);
            var credential = Credential.Read(request, state);
            if (credential.Secret is { } secret && !route.AcceptsClientSecret)
                throw EmulatorHttpException.WrongKey(SecretPreview.Format(secret.Value), "A client secret can only open sessions and calls.");
            return await route.Answer(new(state, request, credential, values)).ConfigureAwait(false);
        }
        throw EmulatorHttpException.UnknownPath(request.Method, request.Path);
    }
}
