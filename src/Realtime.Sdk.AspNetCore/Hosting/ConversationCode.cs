using Microsoft.Extensions.Logging;

namespace Realtime.Sdk.AspNetCore.Internal;

/// <summary>The code of the app for one conversation: <see cref="RealtimeEndpointOptions.Run"/>. It starts with this object.</summary>
internal sealed class ConversationCode : IDisposable
{
    /// <summary>The maximum time that code of the app has to return after its conversation has ended, and again after its token was canceled.</summary>
    private static readonly TimeSpan MaxReturn = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _ending = new();
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly string _agent;
    private readonly string _id;
    private readonly CancellationToken _stopped;

    /// <param name="run">The code; null if there is none.</param>
    /// <param name="conversation">The conversation.</param>
    /// <param name="logger">The logger of its failures.</param>
    /// <param name="time">The clock.</param>
    /// <param name="agent">The name of the agent.</param>
    /// <param name="id">The ID of the call or session.</param>
    /// <param name="stopped">Canceled when nothing waits for the code any longer.</param>
    public ConversationCode(
        Func<RealtimeConversation, CancellationToken, Task>? run, RealtimeConversation conversation, ILogger logger, TimeProvider time, string agent, string id, CancellationToken stopped)
    {
        (_logger, _time, _agent, _id, _stopped) = (logger, time, agent, id, stopped);
        var token = _ending.Token;
        Running = run is null ? null : Task.Run(() => run(conversation, token), CancellationToken.None);
    }

    /// <summary>The code; null if there is none.</summary>
    public Task? Running { get; }

    /// <summary>Cancels the token of the code.</summary>
    public Task CancelAsync() => _ending.CancelAsync();

    /// <summary>Waits a while for the code to return.</summary>
    public async Task WaitAsync()
    {
        if (Running is { IsCompleted: false })
            await Running.WaitAsync(MaxReturn, _time, _stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Waits for the code, whose token is canceled. Returns false if it has failed; code that does not return is only logged.</summary>
    public async Task<bool> EndAsync()
    {
        if (Running is null)
            return true;
        await WaitAsync().ConfigureAwait(false);
        if (!Running.IsCompleted)
        {
            EndpointLog.RunNotReturned(_logger, _agent, PeerText.Sanitize(_id), MaxReturn);
            AppCode.LeaveBehind(Running);
            return true;
        }
        if (Running.Exception?.InnerException is not { } failure)
            return true;
        EndpointLog.RunFailed(_logger, _agent, PeerText.Sanitize(_id), failure);
        return false;
    }

    public void Dispose() => _ending.Dispose();
}
