using EwasteEpr.Organisations;
using EwasteEpr.Web.Features.Shared;

namespace EwasteEpr.Web.Features.Organisations;

/// <summary>The shape of a mandate's state.</summary>
public static class AgentStates
{
    public static StatusKind Kind(MandateState state) => state switch
    {
        MandateState.Active => StatusKind.Done,
        MandateState.Coming => StatusKind.Waiting,
        MandateState.Revoked => StatusKind.Stopped,
        _ => StatusKind.Missing,
    };
}
