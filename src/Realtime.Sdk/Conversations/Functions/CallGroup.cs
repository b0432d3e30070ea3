namespace Realtime.Sdk.Internal;

/// <summary>The calls of one response, which one reply follows. Used under the conversation's lock.</summary>
internal sealed class CallGroup(ResponseState response, RealtimeAgent agent)
{
    public ResponseState Response => response;

    /// <summary>The agent that has made the calls.</summary>
    public RealtimeAgent Agent => agent;

    public List<CallState> Calls { get; } = new(1);

    /// <summary>Whether the response ended with the call of an MCP tool, after which the service does not start a reply itself.</summary>
    public bool EndsWithServiceCall { get; set; }

    /// <summary>Whether the response is done, in a way that a reply can follow.</summary>
    public bool CanContinue { get; set; }

    /// <summary>Whether it is decided if a reply follows.</summary>
    public bool IsDecided { get; set; }

    /// <summary>Whether the app was warned that calls of the response are ignored.</summary>
    public bool HasIgnored { get; set; }

    /// <summary>Whether a call must be answered before a reply can follow.</summary>
    public bool HasOpenCalls
    {
        get
        {
            foreach (var call in Calls)
            {
                if (call is { IsOver: false, IsLeftToService: false })
                    return true;
            }
            return false;
        }
    }

    /// <summary>Whether the conversation has answered a call, or the service has.</summary>
    public bool IsAnswered => EndsWithServiceCall || Calls.Exists(call => call.IsAnswered);

    /// <summary>Whether the service is about to make an approved call of an MCP tool.</summary>
    public bool IsLeftToService => Calls.Exists(call => call.IsLeftToService);
}
