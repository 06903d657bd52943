using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

/// <summary>One HS prefix of a group of the national list of products (order 689), valid for a range of days.</summary>
public sealed record ProductGroupPrefix(HsCode Prefix, string GroupCode, DateRange Valid);
