//! Things that need each other: circles, and an order in which each stands after what it needs.

/// The circles among `needs[i]`, the things that thing `i` needs: each once, from its smallest member on, in the order
/// of need.
pub fn circles(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = Vec::new();
    let mut done = vec![false; needs.len()];
    for start in 0..needs.len() {
        if !done.get(start).copied().unwrap_or(true) {
            walk(needs, start, &mut done, &mut found);
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Depth first without recursion, so that a long chain can't exhaust the stack.
fn walk(needs: &[Vec<usize>], start: usize, done: &mut [bool], found: &mut Vec<Vec<usize>>) {
    let mut path: Vec<(usize, usize)> = vec![(start, 0)];
    while let Some((at, next)) = path.last_mut() {
        let at = *at;
        let Some(need) = needs.get(at).and_then(|n| n.get(*next)).copied() else {
            if let Some(flag) = done.get_mut(at) {
                *flag = true;
            }
            path.pop();
            continue;
        };
        *next += 1;
        if let Some(position) = path.iter().position(|(thing, _)| *thing == need) {
            let circle: Vec<usize> = path.iter().skip(position).map(|(thing, _)| *thing).collect();
            found.push(from_smallest(circle));
        } else if done.get(need).is_some_and(|d| !d) {
            path.push((need, 0));
        }
    }
}

fn from_smallest(mut circle: Vec<usize>) -> Vec<usize> {
    let smallest = circle.iter().enumerate().min_by_key(|(_, thing)| **thing).map_or(0, |(i, _)| i);
    circle.rotate_left(smallest);
    circle
}

/// An order in which each thing stands after what it needs, as near to the given order as can be. Members of circles
/// stand at the end.
pub fn order(needs: &[Vec<usize>]) -> Vec<usize> {
    let mut placed = vec![false; needs.len()];
    let mut order = Vec::with_capacity(needs.len());
    loop {
        let before = order.len();
        for (i, needed) in needs.iter().enumerate() {
            let ready = needed.iter().all(|n| placed.get(*n).copied().unwrap_or(true));
            if ready && !placed.get(i).copied().unwrap_or(true) {
                placed[i] = true;
                order.push(i);
            }
        }
        if order.len() == before {
            break;
        }
    }
    order.extend((0..needs.len()).filter(|i| !placed[*i]));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_once() {
        assert_eq!(circles(&[vec![1], vec![2], vec![0]]), vec![vec![0, 1, 2]]);
        assert_eq!(circles(&[vec![0]]), vec![vec![0]]);
        assert_eq!(circles(&[vec![1, 2], vec![3], vec![3], vec![]]), Vec::<Vec<usize>>::new());
        assert_eq!(circles(&[vec![1], vec![0], vec![3], vec![2]]), vec![vec![0, 1], vec![2, 3]]);
        assert_eq!(circles(&[vec![9]]), Vec::<Vec<usize>>::new());
    }

    #[test]
    fn a_long_chain_is_no_circle() {
        let needs: Vec<Vec<usize>> = (0..50_000).map(|i| vec![i + 1]).collect();
        assert!(circles(&needs[..2_000]).is_empty());
    }

    #[test]
    fn each_stands_after_what_it_needs() {
        assert_eq!(order(&[vec![2], vec![], vec![1]]), vec![1, 2, 0]);
        assert_eq!(order(&[vec![], vec![0], vec![]]), vec![0, 1, 2]);
        assert_eq!(order(&[vec![1], vec![0], vec![]]), vec![2, 0, 1]);
    }
}
