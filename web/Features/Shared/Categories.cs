namespace EwasteEpr.Web.Features.Shared;

/// <summary>The seven reporting categories in the order that every table and figure keeps.</summary>
public static class Categories
{
    public static IReadOnlyList<string> All { get; } = ["1", "2", "3", "4a", "4b", "5", "6"];
}
