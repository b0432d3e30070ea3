namespace Realtime.Sdk;

/// <summary>
/// The events that the client of a relay may send, and their members. Everything that is not allowed is refused, with an <c>error</c> event to the client: unknown types,
/// unknown members, duplicate members and other JSON that could be read in two ways. The relay forwards the parsed event, not the bytes of the client. Immutable.
/// </summary>
/// <remarks>
/// Of items, only messages of the user are allowed, and outputs of functions that the server does not run (<see cref="AgentFunction.Declare(FunctionTool)"/>).
/// Events of the service are not restricted.
/// </remarks>
public sealed record RealtimeRelayPolicy
{
    /// <summary>
    /// The types of the events that the client may send. The default allows audio (<c>input_audio_buffer.append</c>, <c>…commit</c> and <c>…clear</c>), messages
    /// (<c>conversation.item.create</c>), replies (<c>response.create</c>, <c>response.cancel</c>) and the report of an interruption (<c>conversation.item.truncate</c>).
    /// <c>conversation.item.delete</c> and <c>conversation.item.retrieve</c> can be added.
    /// </summary>
    public IReadOnlyList<string> ClientEvents { get; init => field = value ?? []; } =
    [
        "input_audio_buffer.append", "input_audio_buffer.commit", "input_audio_buffer.clear", "conversation.item.create", "conversation.item.truncate", "response.create",
        "response.cancel",
    ];

    /// <summary>
    /// The members of the session that the client may change with <c>session.update</c>, for example <c>audio.output.speed</c>; a member includes everything in it. The
    /// default is empty: the client may not send <c>session.update</c>.
    /// </summary>
    public IReadOnlyList<string> SessionMembers { get; init => field = value ?? []; } = [];

    /// <summary>
    /// The members of the response that the client may set in <c>response.create</c>, for example <c>output_modalities</c>; a member includes everything in it. The default is
    /// empty: the client requests a reply, and the session decides what it is like.
    /// </summary>
    public IReadOnlyList<string> ResponseMembers { get; init => field = value ?? []; } = [];

    /// <summary>
    /// Whether members of <c>session.update</c> and <c>response.create</c> that are not allowed are removed, instead of the event being refused. The default is
    /// <see langword="false"/>. For clients of other libraries, which configure the session by themselves: the rest of the event is forwarded, and the service reports the
    /// session that is in effect.
    /// </summary>
    public bool DropForbiddenMembers { get; init; }

    internal RealtimeRelayPolicy Copy() =>
        this with { ClientEvents = [.. ClientEvents], SessionMembers = [.. SessionMembers], ResponseMembers = [.. ResponseMembers] };
}
