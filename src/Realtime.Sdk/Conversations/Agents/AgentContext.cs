using System.Security.Claims;

namespace Realtime.Sdk;

/// <summary>What the code of an app is given in every callback of an agent: the agent, the user, and the objects of the app.</summary>
public class AgentContext
{
    private readonly object? _state;

    internal AgentContext(RealtimeAgent agent, RealtimeConversationOptions options)
    {
        Agent = agent;
        User = options.User;
        Services = options.Services ?? EmptyServices.Instance;
        _state = options.State;
    }

    /// <summary>The agent in charge.</summary>
    public RealtimeAgent Agent { get; }

    /// <summary>The user, from <see cref="RealtimeConversationOptions.User"/>; null if none was given.</summary>
    public ClaimsPrincipal? User { get; }

    /// <summary>The services, from <see cref="RealtimeConversationOptions.Services"/>; a provider without any service if none was given.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Returns the object in <see cref="RealtimeConversationOptions.State"/>.</summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    /// <exception cref="InvalidOperationException">No object was given, or it has another type.</exception>
    public T GetState<T>() where T : class => _state as T ?? throw new InvalidOperationException(_state is null
        ? $"The conversation has no state: set {nameof(RealtimeConversationOptions)}.{nameof(RealtimeConversationOptions.State)} to a {typeof(T).Name}."
        : $"The state of the conversation is a {_state.GetType().Name}, not a {typeof(T).Name}.");

    private sealed class EmptyServices : IServiceProvider
    {
        public static EmptyServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
