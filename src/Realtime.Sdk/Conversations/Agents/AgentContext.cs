using System.Security.Claims;

namespace Realtime.Sdk;

/// <summary>The context of an agent's callbacks: the agent, the user, and the services and state of the app.</summary>
public class AgentContext
{
    private readonly object? _state;

    internal AgentContext(RealtimeAgent agent, RealtimeConversationOptions options, IServiceProvider? services = null)
    {
        Agent = agent;
        User = options.User;
        Services = services ?? options.Services ?? EmptyServices.Instance;
        _state = options.State;
    }

    /// <summary>The agent whose callback runs.</summary>
    public RealtimeAgent Agent { get; }

    /// <summary>The user from <see cref="RealtimeConversationOptions.User"/>; null if it was not set.</summary>
    public ClaimsPrincipal? User { get; }

    /// <summary>The services from <see cref="RealtimeConversationOptions.Services"/>; a provider without services if it was not set.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Returns the object from <see cref="RealtimeConversationOptions.State"/>.</summary>
    /// <typeparam name="T">The type of the object.</typeparam>
    /// <exception cref="InvalidOperationException"><see cref="RealtimeConversationOptions.State"/> is null or has another type.</exception>
    public T GetState<T>() where T : class => _state as T ?? throw new InvalidOperationException(_state is null
        ? $"The conversation has no state: set {nameof(RealtimeConversationOptions)}.{nameof(RealtimeConversationOptions.State)} to a {typeof(T).Name}."
        : $"The state of the conversation is a {_state.GetType().Name}, not a {typeof(T).Name}.");

    private sealed class EmptyServices : IServiceProvider
    {
        public static EmptyServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
