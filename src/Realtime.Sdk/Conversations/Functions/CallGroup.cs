namespace Realtime.Sdk.Internal;

/// <summary>The calls of one response, which are followed by one reply. Used under the conversation's lock.</summary>
internal sealed class CallGroup(ResponseState response, RealtimeAgent agent)
{
    public ResponseState Response => response;

    /// <summary>The agent that made the calls.</summary>
    public RealtimeAgent Agent => agent;

    public List<CallState> Calls { get; } = new(1);

    /// <summary>Whether the response ended with the call of an MCP tool, after which the service does not start a reply itself.</summary>
    public bool EndsWithMcpCall { get; set; }

    /// <summary>Whether the response ended in a way that allows a reply to follow the calls.</summary>
    public bool CanContinue { get; set; }

    /// <summary>Whether it is decided that a reply follows, or that none does.</summary>
    public bool IsDecided { get; set; }

    /// <summary>Whether a reply about the calls was requested.</summary>
    public bool IsFollowed { get; set; }

    /// <summary>Whether a filler was requested while a call was running.</summary>
    public bool HasFiller { get; set; }

    /// <summary>Whether the app was warned that calls of the response are ignored.</summary>
    public bool HasIgnoredCalls { get; set; }

    /// <summary>Whether a call must be answered before a reply can follow.</summary>
    public bool HasOpenCalls
    {
        get
        {
            foreach (var call in Calls)
            {
                if (call.IsAwaited)
                    return true;
            }
            return false;
        }
    }

    /// <summary>Whether the conversation or the service has answered a call.</summary>
    public bool IsAnswered => EndsWithMcpCall || Calls.Exists(call => call is { IsAnswered: true, IsReplySuppressed: false });

    /// <summary>Whether the service runs a call of an MCP tool, or is about to.</summary>
    public bool IsRunByService => Calls.Exists(call => call.IsRunByService);
}
